"""Tests of dlstudio; they mirror the package."""
