"""What happens without anybody asking: the rooms' ticks, and the postman's."""
