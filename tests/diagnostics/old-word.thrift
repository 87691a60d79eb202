service S {
    async void notify(1: list<i32> cpp_type "std::list<int>" ids, 2: byte kind)
}
