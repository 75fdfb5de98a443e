# Catch2 of either generation, as the target hubwire_catch2; where it cannot be had, the target does not exist and a
# message says so. Looked for: an installed package; the network (HUBWIRE_OFFLINE=ON forbids it). Cross builds cannot
# use the host's package, so they name its one header instead: -DHUBWIRE_CATCH2_HEADER=.../catch2/catch.hpp

set(HUBWIRE_CATCH2_HEADER "" CACHE FILEPATH "Catch2 2.x's single header, for cross builds")
option(HUBWIRE_OFFLINE "Never fetch anything" OFF)
set(catch2_commit fa43b77429ba76c462b1898d6cd2f2d7a9416b14)  # v3.7.1
set(catch2_repository https://github.com/catchorg/Catch2.git)

if(HUBWIRE_CATCH2_HEADER)
  configure_file(${HUBWIRE_CATCH2_HEADER} ${CMAKE_CURRENT_BINARY_DIR}/catch2_header/catch2/catch.hpp COPYONLY)
  add_library(Catch2::Catch2 INTERFACE IMPORTED)
  target_include_directories(Catch2::Catch2 INTERFACE ${CMAKE_CURRENT_BINARY_DIR}/catch2_header)
else()
  find_package(Catch2 QUIET)
  if(NOT Catch2_FOUND AND NOT HUBWIRE_OFFLINE)
    if(NOT FETCHCONTENT_SOURCE_DIR_CATCH2)
      # A fetch that fails ends the configuration; asking first keeps a machine without network usable.
      find_package(Git QUIET)
      set(reachable 1)
      if(Git_FOUND)
        execute_process(COMMAND ${GIT_EXECUTABLE} ls-remote --exit-code ${catch2_repository} HEAD
          TIMEOUT 20 RESULT_VARIABLE reachable OUTPUT_QUIET ERROR_QUIET)
      endif()
    endif()
    if(FETCHCONTENT_SOURCE_DIR_CATCH2 OR reachable EQUAL 0)
      include(FetchContent)
      FetchContent_Declare(Catch2 GIT_REPOSITORY ${catch2_repository} GIT_TAG ${catch2_commit} SYSTEM)
      FetchContent_MakeAvailable(Catch2)
    endif()
  endif()
endif()

if(TARGET Catch2::Catch2WithMain)  # 3.x
  add_library(hubwire_catch2 INTERFACE)
  target_link_libraries(hubwire_catch2 INTERFACE Catch2::Catch2WithMain)
elseif(TARGET Catch2::Catch2)  # 2.x, a header: its main is compiled once
  add_library(hubwire_catch2 STATIC support/catch2_main.cpp)
  target_compile_features(hubwire_catch2 PRIVATE cxx_std_20)
  target_link_libraries(hubwire_catch2 PUBLIC Catch2::Catch2)
else()
  message(WARNING "hubwire: Catch2 is neither installed nor to be fetched, so the unit tests are left out. "
    "Install it (Debian: apt-get install catch2), or build with -DHUBWIRE_BUILD_TESTS=OFF: "
    "the library itself needs neither.")
endif()
