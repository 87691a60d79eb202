namespace rs foo-bar

struct user-id {
}
