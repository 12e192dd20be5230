"""What people see in a browser: the public pages, the desk, and the sandbox beside it."""
