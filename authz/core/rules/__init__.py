"""The law, one file per rule. A file's name is the rule's name in answers, logs and cases; files do not import each
other. How they are combined stands in ``authz.core.order``; how to add one in ``docs/adding-a-rule.md``."""
