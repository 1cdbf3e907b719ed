"""Derived answers about measures: stages, shared treaties, contact points."""
