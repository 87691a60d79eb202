// What the client calls, and what a server of `Cross` has to answer.
#pragma once

#include "stack.h"

// Makes all checks. Returns the exit code of the program: 0 when all of them passed.
int check(const Stack& stack);
