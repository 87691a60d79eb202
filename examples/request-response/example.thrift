namespace py example
service ExampleService {
    string processRequest(1: string message)
}
