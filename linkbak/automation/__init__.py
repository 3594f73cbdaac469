"""What goes on without anybody watching: scanning, schedules, reminders, notifications, copies elsewhere."""
