"""Part of kommit."""
