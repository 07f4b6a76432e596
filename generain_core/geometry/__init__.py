"""Arrays in, arrays out: similarity of samples, clustering, the plane of a few vectors, projections, also in a process apart."""
