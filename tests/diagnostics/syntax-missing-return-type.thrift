service S {
  ping(),
}
