"""Tests of the rules that the code of this repository keeps."""
