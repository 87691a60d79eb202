// The handlers of the servers: `Cross` as its IDL says, and as a later version of it; the service beside it.
#pragma once

#include <memory>

#include "sample.h"

std::shared_ptr<cross::CrossIf> cross_handler();
std::shared_ptr<cross::SecondIf> second_handler();
std::shared_ptr<newer::CrossIf> newer_handler();
