function Decoder(bytes, port) {
  var decoded = {};
  decoded.port = port;
  decoded.count = (bytes[0] << 8) + bytes[1];
  decoded.running = bytes[2] === 1;
  return decoded;
}
