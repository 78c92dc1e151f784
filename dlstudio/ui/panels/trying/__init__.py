"""Trying: something of your own is drawn, dropped or typed, and the network answers."""
