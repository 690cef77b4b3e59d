"""The database: base of the tables, the one commit, the audit book."""
