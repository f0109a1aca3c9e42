"""LI-RADS for CT and MRI: a lesion's features → category or treatment response, with every step told in two languages.

`v2018.toml` and `treatment.toml` hold the rules and all texts; `engine.assess` applies them. Nothing here knows a
template; the features have the names of the items of `liver-ct`.
"""
