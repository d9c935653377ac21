// Snap7's S7 server on 127.0.0.1: node s7-server.js MODULES PORT. DB1 has 100 bytes; there is no other block.
const [modules, port] = process.argv.slice(2);
const snap7 = require(modules + '/node-snap7');
const server = new snap7.S7Server();
const block = Buffer.alloc(100);
block.writeFloatBE(21.5, 0);
block.writeInt16BE(-7, 4);
block.writeInt32BE(100000, 6);
block[10] = 5;
block[20] = 10; // STRING[10]: room, length, text
block[21] = 4;
block.write('pump', 22, 'latin1');
for (let i = 0; i < 8; i++) block.writeInt16BE(100 + i, 30 + 2 * i);
server.SetParam(server.LocalPort, Number(port));
server.RegisterArea(server.srvAreaDB, 1, block);
if (!server.StartTo('127.0.0.1')) throw new Error('cannot listen on ' + port);
console.log('ready');
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
