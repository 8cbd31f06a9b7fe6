/** A self-signed certificate for *.mirror-fleet.test (P-256, valid until 2126), DER. Its key was thrown away. */
const base64 = [
  'MIIBrzCCAVWgAwIBAgIUIMXnFyimbAJVVJtMs9aK9/kkJ/MwCgYIKoZIzj0EAwIwHDEaMBgGA1UEAwwRbWlycm9yLWZsZWV0LnRlc3QwIBcNMj',
  'YxMTI0MDczMTUxWhgPMjEyNjEwMzEwNzMxNTFaMBwxGjAYBgNVBAMMEW1pcnJvci1mbGVldC50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD',
  'QgAE2UrV4uXXQyo46jZxRYTbiA5mIn1p6XPz0YJsph8IRwv1u81iQrKL4U2UoXUm8usPlSrJ1cFBeoM6n8gMFcrdTqNzMHEwHQYDVR0OBBYEFP',
  'HWNPfMtuOKvwkGJxndXNB/CFgKMB8GA1UdIwQYMBaAFPHWNPfMtuOKvwkGJxndXNB/CFgKMA8GA1UdEwEB/wQFMAMBAf8wHgYDVR0RBBcwFYIT',
  'Ki5taXJyb3ItZmxlZXQudGVzdDAKBggqhkjOPQQDAgNIADBFAiEA14h4iu+E3CNn1lQUAy4bRpoLno4MhwPXfwKFEUM7Aa8CIBg7tFbjjgxtXZ',
  'oMnLTkQ1KFMAReOyWpUDtK6VrdHfyM',
].join('')

export const testCertificate: Uint8Array = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
