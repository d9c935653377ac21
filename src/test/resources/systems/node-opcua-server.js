// A server of node-opcua with a value, a recorded value and an alarm, driven by lines on stdin.
// node node-opcua-server.js PORT FOLDER; NODE_PATH names the folder with node-opcua.
"use strict";
const opcua = require("node-opcua");
const path = require("path");
const readline = require("readline");

async function main() {
  const [port, folder] = process.argv.slice(2);
  const certificates = new opcua.OPCUACertificateManager({
    automaticallyAcceptUnknownCertificate: true,
    rootFolder: path.join(folder, "pki"),
  });
  await certificates.initialize();
  const server = new opcua.OPCUAServer({
    port: Number(port),
    host: "127.0.0.1",
    hostname: "127.0.0.1",
    alternateHostname: "127.0.0.1",
    resourcePath: "/plant",
    serverCertificateManager: certificates,
    userCertificateManager: certificates,
    securityPolicies: [
      opcua.SecurityPolicy.None,
      opcua.SecurityPolicy.Basic256Sha256,
      opcua.SecurityPolicy.Aes256_Sha256_RsaPss,
    ],
    allowAnonymous: true,
    userManager: { isValidUser: (user, password) => user === "hub" && password === "correct horse" },
  });
  await server.initialize();
  const space = server.engine.addressSpace;
  space.installAlarmsAndConditionsService(); // without it nobody answers a ConditionRefresh
  const plant = space.registerNamespace("urn:test:plant");
  const line = plant.addObject({
    browseName: "Line",
    nodeId: "s=Line",
    organizedBy: space.rootFolder.objects,
    notifierOf: space.rootFolder.objects.server,
    eventNotifier: opcua.EventNotifierFlags.SubscribeToEvents,
  });
  const variable = (name, dataType, value) =>
    plant.addVariable({
      browseName: name,
      nodeId: "s=" + name,
      componentOf: line,
      dataType,
      minimumSamplingInterval: 10,
      value: { dataType: opcua.DataType[dataType], value },
    });
  const variables = {
    N: variable("N", "Double", 0),
    Broken: variable("Broken", "Double", 1),
    Hot: variable("Hot", "Boolean", false),
    HotNormal: variable("HotNormal", "Boolean", false),
  };
  space.installHistoricalDataNode(variables.N, { maxOnlineValues: 1000 });
  variables.Broken.setValueFromSource(
    { dataType: opcua.DataType.Double, value: 1 }, opcua.StatusCodes.BadSensorFailure);
  const motor = plant.addObject({
    browseName: "Motor",
    nodeId: "s=Motor",
    organizedBy: space.rootFolder.objects,
    eventSourceOf: line,
  });
  const alarm = plant.instantiateOffNormalAlarm({
    browseName: "TemperatureAlarm",
    conditionName: "Temperature",
    conditionSource: motor,
    inputNode: variables.Hot,
    normalState: variables.HotNormal,
  });
  alarm.setEnabledState(true);
  await server.start();
  readline.createInterface({ input: process.stdin }).on("line", (text) => {
    const [name, value] = text.split(" ");
    const dataType = name === "Hot" ? opcua.DataType.Boolean : opcua.DataType.Double;
    variables[name].setValueFromSource({ dataType, value: name === "Hot" ? value === "true" : Number(value) });
  }).on("close", () => process.exit(0)); // the test has ended
  console.log("up");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
