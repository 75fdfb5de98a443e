#ifndef HUBWIRE_CRYPTO_HPP
#define HUBWIRE_CRYPTO_HPP

/// What signs a SAS token: SHA-256, HMAC with it, and the way to put a TPM in its place.

#include <hubwire/crypto/hmac.hpp>
#include <hubwire/crypto/secret.hpp>
#include <hubwire/crypto/sha256.hpp>
#include <hubwire/crypto/sha256_arm.hpp>
#include <hubwire/crypto/sha256_portable.hpp>
#include <hubwire/crypto/sha256_x86.hpp>

#endif
