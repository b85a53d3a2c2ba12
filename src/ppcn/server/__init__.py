"""``ppcn serve``: the HTTP API and the page. Its workers, processes of their own, do all that touches a photo."""
