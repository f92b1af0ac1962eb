"""The one web application: the front that guards and sorts requests, the answers to refusals, the management port."""
