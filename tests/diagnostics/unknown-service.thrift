struct NotAService {}
service A extends Missing {}
service B extends NotAService {}
