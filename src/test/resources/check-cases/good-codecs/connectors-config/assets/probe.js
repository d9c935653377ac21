function decodeUplink(input) {
  return { data: { distance: input.bytes[0] } };
}
