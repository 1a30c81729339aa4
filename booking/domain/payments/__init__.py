"""How an order is paid: the parts of a payment and the means they come from."""
