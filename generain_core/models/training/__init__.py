"""What training is made of: data, masks, network, loss, state, log. `generain_core.training.train` puts it together."""
