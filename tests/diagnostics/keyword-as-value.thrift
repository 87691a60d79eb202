const i32 A = xsd_all
