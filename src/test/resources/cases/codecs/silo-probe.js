// A level probe: port 2 measures, port 5 says how it is. Little endian.
const int16 = (b, i) => ((b[i] | (b[i + 1] << 8)) << 16) >> 16;

function decodeUplink({ bytes, fPort, recvTime }) {
  switch (fPort) {
    case 2: {
      const data = { distance: int16(bytes, 0), temperature: int16(bytes, 2) / 100 };
      if (bytes.length > 4) data.tilt = { x: bytes[4] - 128, y: bytes[5] - 128 };
      return { data, warnings: data.distance === 0 ? ['no echo'] : [] };
    }
    case 5:
      return { data: { battery: bytes[0] / 254 * 100, serial: `SP-${bytes[1]}`, seen: recvTime.getUTCFullYear() } };
    default:
      return { errors: [`port ${fPort} is not known`] };
  }
}
