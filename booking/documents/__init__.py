"""What kommit writes for people to keep: pages that its documents share, and receipts."""
