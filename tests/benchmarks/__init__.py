"""Tests of the measurements that come with the project."""
