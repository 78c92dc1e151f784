"""actions: all that can be done in the window, one file for each menu; menus, keys and the command palette read it."""
