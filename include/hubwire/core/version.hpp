#ifndef HUBWIRE_CORE_VERSION_HPP
#define HUBWIRE_CORE_VERSION_HPP

// The one place where the version stands; CMake and the package files read it from here.
#define HUBWIRE_VERSION_MAJOR 0
#define HUBWIRE_VERSION_MINOR 1
#define HUBWIRE_VERSION_PATCH 0

#endif
