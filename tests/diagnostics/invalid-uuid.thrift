const uuid A = "00112233-4455-6677-8899-aabbccddeef"
const uuid B = "0011223344556677-8899-aabb-ccddeeff"
