"""Scorers and embedders for claimbase, with the weights that ship; importing this loads nothing heavy."""
