"""Which gene is which in the predictions, proved by genes whose vectors are alike.

`candidates`  orders of genes that the release knows, where nothing beside the predictions names them
`agreement`   how well each gene's profile agrees with those of its nearest genes, in place and out of place
`members`     how high the known members of attributes stand
`proof`       an order, proved or not, block by block, beside a shuffled one
`choice`      the one order that can be proved
`recorded`    the proof of a store, examined once
"""
