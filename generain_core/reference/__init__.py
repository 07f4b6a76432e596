"""Reference mapping: hundreds of thousands of samples embedded once, and new samples placed among them."""
