"""`python -m osce_search` is `osce-search`."""

from osce_search.cli import main

if __name__ == "__main__":
    main()
