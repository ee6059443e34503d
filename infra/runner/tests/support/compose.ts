import { readFile } from "node:fs/promises";
import { parse } from "yaml";

const COMPOSE = new URL("../../../compose/", import.meta.url);

export const composeFile = (name: string): Promise<string> => readFile(new URL(name, COMPOSE), "utf8");

export interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly restart?: string;
  readonly profiles?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy?: { readonly replicas?: number };
  readonly [key: string]: unknown;
}

export interface Compose {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** As it stands in the file, `<<` merged, variables not yet filled in. */
export const composeAsWritten = async (): Promise<Compose> =>
  parse(await composeFile("compose.yaml"), { merge: true }) as Compose;

const VARIABLE = /\$\{(\w+):\?([^}]+)\}/g;

/** Every variable that the file asks for, with what it says when that is not set. */
export const requiredVariables = async (): Promise<ReadonlyMap<string, string>> =>
  new Map(
    [...(await composeFile("compose.yaml")).matchAll(VARIABLE)].map(([, name = "", message = ""]) => [name, message]),
  );

const isMolva = (service: Service): boolean => service.image?.startsWith("molva:") === true;

/** The services that run the program, by name; without the one for people's commands. */
export const molvaServices = ({ services }: Compose): ReadonlyMap<string, Service> =>
  new Map(Object.entries(services).filter(([, service]) => isMolva(service) && service.profiles === undefined));
