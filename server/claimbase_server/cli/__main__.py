"""`python -m claimbase_server.cli` is the `claimbase` command."""

from claimbase_server.cli.program import main

raise SystemExit(main())
