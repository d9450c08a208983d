// Reading request targets stands lower down: whoever keeps a query for later reads it the same way.
#pragma once

#include "base/uri.hpp"
