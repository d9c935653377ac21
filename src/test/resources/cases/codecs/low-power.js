// Channel, type, value, one after the other, as the Cayenne Low Power Payload lays them out (big endian).
var TYPES = {
  0x00: { name: 'digital_in', size: 1, read: unsigned },
  0x02: { name: 'analog_in', size: 2, read: function (b) { return signed(b) / 100; } },
  0x65: { name: 'illuminance', size: 2, read: unsigned },
  0x67: { name: 'temperature', size: 2, read: function (b) { return signed(b) / 10; } },
  0x68: { name: 'humidity', size: 1, read: function (b) { return unsigned(b) / 2; } },
  0x73: { name: 'pressure', size: 2, read: function (b) { return unsigned(b) / 10; } }
};

function unsigned(bytes) {
  return bytes.reduce(function (sum, byte) { return sum * 256 + byte; }, 0);
}

function signed(bytes) {
  var value = unsigned(bytes);
  var limit = Math.pow(2, 8 * bytes.length - 1);
  return value >= limit ? value - 2 * limit : value;
}

function decodeUplink(input) {
  var bytes = input.bytes, data = {}, i = 0;
  while (i < bytes.length) {
    var channel = bytes[i++], type = TYPES[bytes[i++]];
    if (!type) return { errors: ['unknown type 0x' + bytes[i - 1].toString(16) + ' at byte ' + (i - 1)] };
    if (i + type.size > bytes.length) return { errors: ['the value of channel ' + channel + ' is cut off'] };
    data[type.name + '_' + channel] = type.read(bytes.slice(i, i + type.size));
    i += type.size;
  }
  return { data: data };
}
