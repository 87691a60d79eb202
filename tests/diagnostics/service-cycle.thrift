service A extends C {}
service B extends A {}
service C extends B {}
service D extends A {}
service Self extends Self {}
