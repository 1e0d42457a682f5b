"""What the commands of main.py do, each in its own module: arguments in, exit code out."""
