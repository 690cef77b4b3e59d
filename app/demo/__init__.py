"""The demo: a cast, a month of post, and a mailbox, over the real house."""
