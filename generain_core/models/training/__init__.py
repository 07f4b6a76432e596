"""What training is made of: data, masks, network, loss, state, log. `generain_core.models.train` puts it together."""
