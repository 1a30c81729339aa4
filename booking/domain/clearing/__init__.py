"""How what riders pay is shared among operators: rules, shares, and the report of a month."""
