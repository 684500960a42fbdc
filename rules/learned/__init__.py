"""What has changed since the rules of a rule file were learned."""
