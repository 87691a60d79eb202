struct S {
};;
