"""`make bench`: every table, one after the other. Nothing here is a test; times depend on the machine."""

from bench import depositary, rules

if __name__ == "__main__":
    rules.main()
    depositary.main()
