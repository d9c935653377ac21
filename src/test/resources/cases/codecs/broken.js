function decodeUplink(input) {
  var header = input.header;
  return { data: { version: header.version } };
}
