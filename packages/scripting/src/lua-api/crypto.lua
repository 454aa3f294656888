local primitives = ...
local api, ask, text = primitives.api, primitives.ask, primitives.text

for _, name in ipairs({
  'md5',
  'sha256',
  'sha512',
  'hmac_sha256',
  'hmac_sha512',
  'base64_encode',
  'base64_decode',
  'base32_encode',
  'base32_decode',
  'hex_encode',
  'hex_decode',
  'uuid',
  'uuid_v7',
  'random_bytes',
  'random_string',
  'jwt_encode',
  'jwt_decode',
  'curve25519',
}) do
  api['crypto.' .. name] = primitives.passed_on('crypto.' .. name)
end

api['solidb.uuid'] = api['crypto.uuid']

-- Hashing a password takes a tenth of a second by intention: the server does it, beside other requests.
api['crypto.hash_password'] = function(password)
  return ask('password.hash', text(password, 1, 'hash_password'))
end

api['crypto.verify_password'] = function(hash, password)
  return ask('password.verify', text(hash, 1, 'verify_password'), text(password, 2, 'verify_password'))
end
