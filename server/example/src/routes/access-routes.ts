import { json, type RequestHandler, Router } from 'express';
import {
  memberChange,
  memberPath,
  memberQuery,
  memberRolePath,
  memberTeamPath,
  newMember,
  newRole,
  newTeam,
  roleChange,
  rolePath,
  teamChange,
  teamPath,
  teamRolePath,
} from '../access/access-schemas.js';
import type { Access } from '../access/open-access.js';
import type { Requires } from '../access/requires.js';
import type { UserOf } from '../access/user-of.js';
import { problem } from '../problem.js';

/** Users, teams, roles and who has which, of the request's tenant: `access:read` to see them, `access:write` to change them. */
export function accessRoutes(access: Access, requires: Requires, userOf: UserOf): Router {
  const { members, teams, roles, assignments, authorization } = access;
  const router = Router();
  const body = json({ limit: '64kb' });
  const see = requires('access:read');
  const change: RequestHandler[] = [requires('access:write'), body];

  router.get('/me/permissions', async (request, response) => {
    const user = await userOf(request);
    if (user === undefined) throw problem(404, 'MEMBER_NOT_FOUND', 'The request is of no user.');
    response.json({
      user,
      ...((await authorization.for(request.tenantCache).permissions(user)) ?? notThere()),
    });
  });

  router.get('/access/members', see, async (request, response) => {
    const { limit, after } = memberQuery.parse(request.query);
    response.json(await members.page(request.tenantCache.tenantId, limit, after));
  });
  router.post('/access/members', ...change, async (request, response) => {
    response.status(201).json(await members.create(request.tenantCache, newMember.parse(request.body)));
  });
  router.get('/access/members/:member', see, async (request, response) => {
    const { member } = memberPath.parse(request.params);
    response.json((await members.find(request.tenantCache.tenantId, member)) ?? notThere());
  });
  router.get('/access/members/:member/permissions', see, async (request, response) => {
    const { member } = memberPath.parse(request.params);
    const set = await authorization.for(request.tenantCache).permissions(member);
    response.json({ user: member, ...(set ?? notThere()) });
  });
  router.patch('/access/members/:member', ...change, async (request, response) => {
    const { member } = memberPath.parse(request.params);
    response.json(await members.change(request.tenantCache, member, memberChange.parse(request.body)));
  });
  router.delete('/access/members/:member', ...change, async (request, response) => {
    await members.remove(request.tenantCache, memberPath.parse(request.params).member);
    response.status(204).end();
  });

  router.get('/access/teams', see, async (request, response) => {
    response.json({ items: await teams.list(request.tenantCache.tenantId) });
  });
  router.post('/access/teams', ...change, async (request, response) => {
    response.status(201).json(await teams.create(request.tenantCache, newTeam.parse(request.body)));
  });
  router.patch('/access/teams/:team', ...change, async (request, response) => {
    const { team } = teamPath.parse(request.params);
    response.json(await teams.change(request.tenantCache, team, teamChange.parse(request.body)));
  });
  router.delete('/access/teams/:team', ...change, async (request, response) => {
    await teams.remove(request.tenantCache, teamPath.parse(request.params).team);
    response.status(204).end();
  });

  router.get('/access/roles', see, async (request, response) => {
    response.json({ items: await roles.list(request.tenantCache.tenantId) });
  });
  router.post('/access/roles', ...change, async (request, response) => {
    response.status(201).json(await roles.create(request.tenantCache, newRole.parse(request.body)));
  });
  router.patch('/access/roles/:role', ...change, async (request, response) => {
    const { role } = rolePath.parse(request.params);
    response.json(await roles.change(request.tenantCache, role, roleChange.parse(request.body)));
  });
  router.delete('/access/roles/:role', ...change, async (request, response) => {
    await roles.remove(request.tenantCache, rolePath.parse(request.params).role);
    response.status(204).end();
  });

  for (const [method, given] of [
    ['put', true],
    ['delete', false],
  ] as const) {
    router[method]('/access/members/:member/roles/:role', ...change, async (request, response) => {
      const { member, role } = memberRolePath.parse(request.params);
      await assignments.roleOfMember(request.tenantCache, member, role, given);
      response.status(204).end();
    });
    router[method]('/access/members/:member/teams/:team', ...change, async (request, response) => {
      const { member, team } = memberTeamPath.parse(request.params);
      await assignments.memberOfTeam(request.tenantCache, member, team, given);
      response.status(204).end();
    });
    router[method]('/access/teams/:team/roles/:role', ...change, async (request, response) => {
      const { team, role } = teamRolePath.parse(request.params);
      await assignments.roleOfTeam(request.tenantCache, team, role, given);
      response.status(204).end();
    });
  }

  return router;
}

function notThere(): never {
  throw problem(404, 'MEMBER_NOT_FOUND', 'The tenant has no such member.');
}
