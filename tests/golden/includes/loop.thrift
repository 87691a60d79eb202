namespace * app.keywords.mod.type
enum Type { loop = 1 }
